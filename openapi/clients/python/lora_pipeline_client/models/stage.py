from enum import StrEnum


class Stage(StrEnum):
    COMPLETED = "completed"
    EVALUATING = "evaluating"
    LOADING_MODEL = "loading_model"
    PREPARING = "preparing"
    QUEUED = "queued"
    SAVING = "saving"
    TRAINING = "training"
    UPLOADING = "uploading"

    def __str__(self) -> str:
        return str(self.value)
