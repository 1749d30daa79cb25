"""The end of checkpoints: a job that has ended keeps them no longer than a retry may begin there."""

from uuid import UUID

from app.adapters.storage import MODELS, Storage
from app.db.session import OpenSession
from app.models import TrainingJob
from app.models.base import keep_updated_at, utcnow
from app.services import events


async def purge(open_session: OpenSession, storage: Storage, job_id: UUID) -> None:
    """Remove the checkpoints of a job that has ended, except those that a retry of it resumes from.

    Recorded first: no retry begins at one that is about to go, and what a crash leaves in the store is
    unreferenced.
    """
    async with open_session() as session:
        job = await session.get_owned(TrainingJob, job_id, lock=True)
        kept = events.keys_of(await events.checkpoints(session, job))
        job.checkpoints_purged_at = utcnow()
        keep_updated_at(job)
        await session.flush()
        others = await events.checkpoint_keys(session) if kept else set()

    await storage.remove(MODELS, sorted(kept - others))
