/** Takes a file that is dropped anywhere on the page, and shows while one is held over it that it would be taken. */
export function onDrop(take: (file: File) => void): void {
  const hold = (isHeld: boolean): void => void document.body.classList.toggle('dropping', isHeld);
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    hold(true);
  });
  document.addEventListener('dragleave', ({ relatedTarget }) => {
    if (relatedTarget === null) hold(false);
  });
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    hold(false);
    const file = event.dataTransfer?.files[0];
    if (file) take(file);
  });
}
