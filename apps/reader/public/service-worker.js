// Shows the card that the reader keeps on this device when the page can't be loaded. All other requests go to the
// network, as without this file, and nothing else is stored. `src/cards/kept-card.ts` stores the card, and registers this
// file.

/** The files that the kept page loads. */
const look = ['/theme/style.css', '/theme/mark'];

const kept = (path) => caches.match(path, { cacheName: 'kept-card' });

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { pathname } = new URL(request.url);
  if (request.mode !== 'navigate' && !look.includes(pathname)) {
    return;
  }
  const path = request.mode === 'navigate' ? '/my/kept-card' : pathname;
  event.respondWith(
    fetch(request).catch(async (error) => {
      const page = await kept(path);
      if (page === undefined) {
        throw error;
      }
      return page;
    }),
  );
});
