// A part of a page that is still being worked on is asked for again until it is done. Without this, a link does it.
'use strict';

async function refresh(part) {
  await new Promise((done) => setTimeout(done, Number(part.dataset.refresh)));
  const answer = await fetch(location.href).catch(() => null);
  if (answer === null || answer.status >= 500) return refresh(part); // away for a moment
  if (!answer.ok || answer.redirected) return location.reload(); // gone, or logged out: the page says so
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const fresh = page.getElementById(part.id);
  part.replaceChildren(...fresh.childNodes);
  if (fresh.dataset.refresh) return refresh(part);
}

document.querySelectorAll('[data-refresh]').forEach(refresh);
