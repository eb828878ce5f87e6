import './layout.css';
import { drafts, Navigation, useIsInGraph, useSession, useTexts } from '@patron-graph/ui';
import { Outlet } from '@tanstack/react-router';
import { Fragment, type ReactNode } from 'react';
import { BranchStep } from './branch/branch-step.tsx';
import { OwnBranch } from './branch/own-branch.tsx';
import { FindBox } from './find/find-box.tsx';
import { Keys } from './keys/key-listener.tsx';
import { PaymentSystemDocument } from './operations.generated.ts';
import { ReasonChoice } from './reason/reason-choice.tsx';
import { useReasonToLook } from './reason/the-reason.ts';
import { texts as frameTexts } from './texts.ts';

/**
 * The views in the navigation, in its order. Links in these views lead to all other views. Without a payment system,
 * `owing` is left out.
 */
const links = [
  ['today', '/'],
  ['desk', '/desk'],
  ['patrons', '/patrons'],
  ['overdue', '/overdue'],
  ['owing', '/owing'],
  ['holdShelf', '/hold-shelf'],
  ['applications', '/applications'],
  ['losses', '/losses'],
  ['operations', '/operations'],
  ['findings', '/findings'],
  ['notices', '/notices'],
  ['stations', '/stations'],
] as const;

export function App(): ReactNode {
  const texts = useTexts(frameTexts);
  const reason = useReasonToLook();
  const { name } = useSession();
  const hasPayments = useIsInGraph(PaymentSystemDocument);
  if (name !== null) {
    // Texts that were typed in forms are stored as drafts of this person. This must be set before any view reads a
    // draft.
    drafts.belongTo(name);
  }
  return (
    <BranchStep>
      <Navigation
        label={texts.views}
        items={links
          .filter(([view]) => hasPayments || view !== 'owing')
          .map(([view, to]) => ({ to, text: texts[view] }))}
      />
      <div className="at-work">
        <FindBox />
        <OwnBranch />
        <ReasonChoice />
        <Keys />
      </div>
      {/* When another reason is chosen, the new key makes the view read its data again. */}
      <Fragment key={reason}>
        <Outlet />
      </Fragment>
    </BranchStep>
  );
}
