"""The output of a training program: read in whole lines, kept with the job's log, once."""

from app.models import JobEvent
from app.services.jobs import progress
from app.services.jobs.progress import Output
from workers.run_dir import read_output


class TestReadingOutput:
    def test_gives_whole_lines_and_where_they_end(self, tmp_path):
        path = tmp_path / "output.log"
        assert read_output(tmp_path, 0) == ([], 0)
        path.write_bytes(b"one\ntwo\r\nthr")
        assert read_output(tmp_path, 0) == (["one", "two\r"], 9)
        path.write_bytes(b"one\ntwo\r\nthree\n")
        assert read_output(tmp_path, 9) == (["three"], 15)
        assert read_output(tmp_path, 15) == ([], 15)

    def test_takes_a_flood_in_portions(self, tmp_path):
        (tmp_path / "output.log").write_bytes(b"x" * 100 + b"\nend\n")
        lines, offset = read_output(tmp_path, 0, limit=64)
        assert (lines, offset) == (["x" * 64], 64)
        assert read_output(tmp_path, offset, limit=64) == (["x" * 36, "end"], 105)

    def test_reads_what_is_no_text(self, tmp_path):
        (tmp_path / "output.log").write_bytes(b"\xff\xfe\n")
        assert read_output(tmp_path, 0) == (["\ufffd\ufffd"], 3)


class TestKeepingOutput:
    async def test_stores_each_line_once(self, rows, lease):
        for output in (Output(["a", "b"], 0, 4), Output(["a", "b"], 0, 4), Output(["c"], 4, 6)):
            async with lease.write() as (session, job):
                await progress.report(session, job, [], output)
        async with rows.database.owned_session(lease.user_id) as session:
            query = session.owned(JobEvent).where(JobEvent.job_id == lease.id, JobEvent.type == "log")
            kept = [event.data for event in await session.scalars(query.order_by(JobEvent.seq))]
        assert kept == [{"level": "output", "message": message} for message in "abc"]
