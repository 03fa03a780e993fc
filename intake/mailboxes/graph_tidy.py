"""Categories and folders over Graph: read first, so that what is right is not written and does not come back as a change."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from intake.mailboxes.graph_calls import GraphCalls


async def relabel(calls: GraphCalls, key: str, add: Collection[str], remove: Collection[str]) -> bool:
    """Whether the categories of a message had to change; their order stays. Categories know no case. Raises `Refusal`."""
    now = await calls.categories(key)
    unwanted = {label.lower() for label in remove}
    kept = [label for label in now if label.lower() not in unwanted]
    there = {label.lower() for label in kept}
    wanted = kept + [label for label in sorted(add) if label.lower() not in there]
    if wanted == now:
        return False
    await calls.set_categories(key, wanted)
    return True


async def move(calls: GraphCalls, user: Any, key: str, folder: str) -> None:
    """Move a message into a folder at the top of the mailbox, made when absent; nothing where it lies there. Raises `Refusal`."""
    from msgraph.generated.models.mail_folder import MailFolder
    from msgraph.generated.users.item.messages.item.move.move_post_request_body import MovePostRequestBody

    wanted = folder.replace("'", "''")
    page = await calls.request(user.mail_folders.get, filter=f"displayName eq '{wanted}'", select=["id"], top=2)
    if page.value:
        place = page.value[0].id
    else:
        made = await calls.request(lambda c: user.mail_folders.post(MailFolder(display_name=folder), c), repeat=False)
        place = made.id
    at = user.messages.by_message_id(key)
    message = await calls.request(at.get, select=["parentFolderId"])
    if message.parent_folder_id != place:
        body = MovePostRequestBody(destination_id=place)
        await calls.request(lambda c: at.move.post(body, c), repeat=False)
