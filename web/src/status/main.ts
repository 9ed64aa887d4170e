/** As often as the gateway says; it asks the services only when somebody looks. */
const everyMs = 5000;

async function renew(): Promise<void> {
  if (document.hidden) return;
  const answer = await fetch('status', { headers: { accept: 'text/html' } });
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('status');
  // What is there stays where the answer is no status page.
  if (fresh) document.getElementById('status')!.replaceWith(document.adoptNode(fresh));
}

setInterval(() => void renew().catch(() => undefined), everyMs);
