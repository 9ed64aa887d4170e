"""The suite's models by the names of their tasks."""


def open_model(task: str, threads: int):
    if task == "gesture":
        from gesture import Gesture

        return Gesture(threads)
    if task == "digit":
        from digit import Digit

        return Digit(threads)
    from detection import Detection

    return Detection(threads)
