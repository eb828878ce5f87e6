import { Button, createTexts, Dialog, usePath, useTexts } from '@patron-graph/ui';
import { useNavigate } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import { leadsToDesk, pressControl, readKey } from './keys.ts';

/** The few texts that are needed before the list of keys is shown. The other texts are loaded with that list. */
const keyTexts = createTexts({
  keys: { en: 'Keys (?)', 'zh-Hant': '快捷鍵（?）' },
  title: { en: 'Keys', 'zh-Hant': '快捷鍵' },
});

const KeySheet = lazy(async () => ({ default: (await import('./key-sheet.tsx')).KeySheet }));

/** Handles the keys of the pages, and shows a list of them. */
export function Keys(): ReactNode {
  const texts = useTexts(keyTexts);
  const [isOpen, setOpen] = useState(false);
  const navigate = useNavigate();
  // If the desk is open, its mode changes at once, because a scanner might type before the address has changed.
  const isAtDesk = useRef(false);
  isAtDesk.current = usePath() === '/desk';
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const press = readKey(event);
      if (press === null) {
        return;
      }
      event.preventDefault();
      switch (press.kind) {
        case 'find':
          document.querySelector<HTMLElement>('[aria-keyshortcuts="/"]')?.focus();
          return;
        case 'sheet':
          setOpen(true);
          return;
        case 'desk':
          if (!isAtDesk.current) {
            void navigate({ to: '/desk', search: { mode: leadsToDesk[press.key] } });
          }
          return;
        case 'control':
          pressControl(press.key);
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [navigate]);
  return (
    <>
      <Button aria-keyshortcuts="?" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {texts.keys}
      </Button>
      <Dialog open={isOpen} title={texts.title} onClose={() => setOpen(false)}>
        <Suspense>
          <KeySheet />
        </Suspense>
      </Dialog>
    </>
  );
}
