import '../layout.css';
import '../acts/acts.css';
import './desk.css';
import { Checkbox, Choice, Notice, Page, useTexts } from '@patron-graph/ui';
import { type ReactNode, useEffect } from 'react';
import { useOwnBranch } from '../branch/the-branch.ts';
import { leadsToDesk, readKey } from '../keys/keys.ts';
import { Rows } from './rows.tsx';
import { ScanField } from './scan-field.tsx';
import { ShownCard } from './shown-card.tsx';
import { SmartIdByHand } from './smart-id-by-hand.tsx';
import { deskTexts } from './texts.ts';
import { useDesk } from './the-desk.ts';
import { useTone } from './tone.ts';
import { useModeInAddress } from './use-mode-in-address.ts';

/**
 * A desk with a scanner. It can be used with the keyboard alone. One field takes all scans, and scanning never waits for
 * an answer.
 */
export function DeskPage(): ReactNode {
  const texts = useTexts(deskTexts);
  const { desk, state } = useDesk();
  const tone = useTone(state);
  const branch = useOwnBranch();
  useModeInAddress(desk, state.mode);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const press = readKey(event);
      if (press?.kind === 'desk') {
        desk.setMode(leadsToDesk[press.key]);
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [desk]);
  return (
    <Page title={texts.title}>
      <div className="counter">
        <section className="card desk-scan" aria-label={texts.scan}>
          <Choice
            label={texts.mode}
            open
            value={state.mode}
            onChange={(mode) => desk.setMode(mode)}
            options={[
              { value: 'checkOut', text: texts.lend },
              { value: 'checkIn', text: texts.takeBack },
            ]}
          />
          <ScanField desk={desk} mode={state.mode} awaitsDate={state.awaitsDate} />
          {state.mode === 'checkIn' && branch === null && (
            <Notice tone="warning">{texts.branchUnknown}</Notice>
          )}
          <div className="acts">
            <SmartIdByHand onCard={(card) => desk.show(card)} />
            <Checkbox label={texts.tone} checked={tone.isOn} onChange={tone.setOn} />
          </div>
        </section>
        <ShownCard desk={desk} state={state} />
        <Rows desk={desk} state={state} />
      </div>
    </Page>
  );
}
