import { Button, formatTime, Loaded, Missing, useLanguage, useQuery, useTexts } from '@patron-graph/ui';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { PayCodeDocument } from '../operations.generated.ts';
import { linkToPay } from './given-code.ts';
import { chargesTexts } from './texts.ts';

const QrCode = lazy(async () => ({ default: (await import('./qr-code.tsx')).QrCode }));

/** A button that shows a code. With this code, another person can pay what the reader owes. */
export function PayCode(): ReactNode {
  const texts = useTexts(chargesTexts);
  const [isWanted, setWanted] = useState(false);
  return (
    <>
      <p>{texts.somebodyElseText}</p>
      {isWanted ? <ShownCode /> : <Button onClick={() => setWanted(true)}>{texts.showPayCode}</Button>}
    </>
  );
}

function ShownCode(): ReactNode {
  const texts = useTexts(chargesTexts);
  const { language } = useLanguage();
  const answer = useQuery(PayCodeDocument);
  return (
    <Loaded answer={answer}>
      {({ me }, missing) =>
        me?.account == null ? (
          <Missing at={missing[0]} />
        ) : (
          <>
            <p>{texts.payCodeText(formatTime(me.account.payCode.validUntil, language))}</p>
            <Suspense>
              <QrCode
                text={linkToPay(me.account.payCode.code)}
                label={texts.payCodePicture}
                save={texts.saveCode}
              />
            </Suspense>
            <Copied code={me.account.payCode.code} />
          </>
        )
      }
    </Loaded>
  );
}

/**
 * The code as text, with a button that copies it, so that the reader can send it in a message. Browsers can't copy on a
 * page without TLS.
 */
function Copied({ code }: { readonly code: string }): ReactNode {
  const texts = useTexts(chargesTexts);
  const [isCopied, setCopied] = useState(false);
  const copy = () =>
    void navigator.clipboard.writeText(code).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  return (
    <>
      <p>
        <code className="pay-code">{code}</code>
      </p>
      {window.isSecureContext && <Button onClick={copy}>{texts.copyCode}</Button>}
      <p role="status">{isCopied && texts.copied}</p>
    </>
  );
}
