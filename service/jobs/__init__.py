"""Work that outlives its request: files waiting to be taken in, one after the other, by one thread.

Takes    service.jobs.queue, service.jobs.types
Gives    Jobs, Job, JobFile, Cancelled          Never  HTTP
"""

from service.jobs.queue import Jobs
from service.jobs.types import Cancelled, Job, JobFile, Outcome, Sent

__all__ = ["Cancelled", "Job", "JobFile", "Jobs", "Outcome", "Sent"]
