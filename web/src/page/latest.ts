/**
 * Runs one piece of work at a time and remembers only the newest that waits: for answers that follow a drawing or a slider.
 *
 * @param work never rejects
 */
export function latest<T>(work: (value: T) => Promise<void>): (value: T) => void {
  let isBusy = false;
  let waiting: { value: T } | undefined;
  const proceed = async (): Promise<void> => {
    isBusy = true;
    while (waiting) {
      const { value } = waiting;
      waiting = undefined;
      await work(value);
    }
    isBusy = false;
  };
  return (value) => {
    waiting = { value };
    if (!isBusy) void proceed();
  };
}
