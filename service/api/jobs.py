"""The native dialect, jobs: /api/v1/jobs.

Takes    ids
Gives    what became of the files that were sent
Touches  flask          Never  decides
"""

from typing import Any

from flask import Blueprint, Response

from service.api.reply import reply
from service.jobs import Job, JobFile, Jobs


def jobs_api(jobs: Jobs) -> Blueprint:
    """Return the routes about jobs."""
    routes = Blueprint("jobs", __name__, url_prefix="/api/v1/jobs")

    @routes.get("")
    def list_jobs() -> Response:
        return reply({"jobs": [job_shape(job) for job in jobs.all()]})

    @routes.get("/<job_id>")
    def follow(job_id: str) -> Response:
        return reply(job_shape(jobs.find(job_id)))

    @routes.delete("/<job_id>")
    def cancel(job_id: str) -> Response:
        return reply(job_shape(jobs.cancel(job_id)))

    return routes


def job_shape(job: Job) -> dict[str, Any]:
    """Return a job as the API tells it."""
    return {
        "id": job.id,
        "collection": job.collection,
        "state": job.state,
        "done": job.done,
        "total": len(job.files),
        "failed": job.failed,
        "created_at": job.created_at,
        "finished_at": job.finished_at,
        "files": [_file_shape(file) for file in job.files],
    }


def _file_shape(file: JobFile) -> dict[str, Any]:
    return {
        "name": file.name,
        "bytes": file.bytes,
        "state": file.state,
        "progress": file.progress,
        "documents": list(file.documents),
        "inner": list(file.inner),
        "error": file.error,
    }
