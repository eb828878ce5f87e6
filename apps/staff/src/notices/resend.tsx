import { Button, Notice, useGraph, useTexts } from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { ResendNoticeDocument } from '../operations.generated.ts';
import { noticeTexts } from './texts.ts';

interface Undelivered {
  readonly noticeId: string;
  readonly endpoint: string;
}

/** The outcome of sending a notice again. `gone`: somebody else has already sent the notice again. */
type Outcome = 'sent' | 'gone' | 'forbidden' | 'failed';

/** Sends a notice again. The request has no idempotency key, because sending it twice does no harm. */
function useResend(): (notice: Undelivered) => Promise<Outcome> {
  const graph = useGraph();
  return async ({ noticeId, endpoint }) => {
    try {
      const { data, missing } = await graph.ask(ResendNoticeDocument, { input: { noticeId, endpoint } });
      if (data.resendNotice !== null) {
        return data.resendNotice.isSentAgain ? 'sent' : 'gone';
      }
      return missing.some(({ remedy }) => remedy === 'rights') ? 'forbidden' : 'failed';
    } catch {
      return 'failed';
    }
  };
}

/** A button for one notice. After a failure, the button can be pressed again. */
export function Resend({ notice }: { readonly notice: Undelivered }): ReactNode {
  const texts = useTexts(noticeTexts);
  const resend = useResend();
  const [state, setState] = useState<Outcome | 'idle' | 'sending'>('idle');
  const send = async () => {
    setState('sending');
    setState(await resend(notice));
  };
  if (state === 'sent' || state === 'gone') {
    return <Notice tone={state === 'sent' ? 'good' : 'warning'}>{texts[state]}</Notice>;
  }
  if (state === 'forbidden') {
    return <Notice tone="warning">{texts.mayNotSend}</Notice>;
  }
  return (
    <>
      {state === 'failed' && <Notice tone="bad">{texts.notSent}</Notice>}
      <Button busy={state === 'sending'} onClick={() => void send()}>
        {texts.resend}
      </Button>
    </>
  );
}

/** A button for all notices of a page, for the time after an outage. The notices are sent one after the other. */
export function ResendAll({
  notices,
  onSent,
}: {
  readonly notices: readonly Undelivered[];
  /**
   * Called after the last notice was sent or has failed. If the account lacks the right, the other notices are not
   * sent.
   */
  readonly onSent: () => void;
}): ReactNode {
  const texts = useTexts(noticeTexts);
  const resend = useResend();
  const [state, setState] = useState<
    { readonly is: 'idle' } | { readonly is: 'sending' | 'tried'; readonly sent: number; readonly of: number }
  >({ is: 'idle' });
  const sendAll = async () => {
    let sent = 0;
    for (const notice of notices) {
      setState({ is: 'sending', sent, of: notices.length });
      const outcome = await resend(notice);
      sent += outcome === 'sent' ? 1 : 0;
      if (outcome === 'forbidden') {
        break;
      }
    }
    setState({ is: 'tried', sent, of: notices.length });
    onSent();
  };
  return (
    <>
      <Button className="quiet-button" busy={state.is === 'sending'} onClick={() => void sendAll()}>
        {texts.resendAll(notices.length)}
      </Button>
      {state.is !== 'idle' && (
        <Notice tone={state.is === 'tried' && state.sent < state.of ? 'warning' : 'good'}>
          {texts.sentOf(state.sent, state.of)}
        </Notice>
      )}
    </>
  );
}
