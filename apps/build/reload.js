/*
 * Reloads the page once if one of its files can't be loaded, because a newer release has other files. The page's own
 * script may be the missing file, so this script is separate, and its name never changes.
 */
(() => {
  const key = 'page-reloaded-for';

  function reloadOnce(/** @type {string} */ file) {
    // If the same file is missing again, another reload would not help.
    if (sessionStorage.getItem(key) !== file) {
      sessionStorage.setItem(key, file);
      location.reload();
    }
  }

  addEventListener(
    'error',
    ({ target }) => {
      if (target instanceof HTMLScriptElement) {
        reloadOnce(target.src);
      } else if (target instanceof HTMLLinkElement) {
        reloadOnce(target.href);
      }
    },
    true,
  );
  // Vite sends this event for a chunk that the page loads later. Without a connection, a reload would lose the page.
  addEventListener('vite:preloadError', () => {
    fetch(location.href, { cache: 'no-store' }).then(
      () => reloadOnce(location.pathname),
      () => {},
    );
  });
})();
