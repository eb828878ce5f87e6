import type { ReactNode } from 'react';
import { AccessLog } from './access-log.tsx';
import { Applications } from './applications.tsx';
import { Charges } from './charges.tsx';
import { Holds } from './loans/holds.tsx';
import { LoansSection } from './loans/loans.tsx';
import { Operations } from './operations.tsx';
import type { SectionProps } from './patron.ts';
import { RecordSection } from './record/record.tsx';

/** The sections below the first screen. They are in a separate file, which is loaded while the patron is read. */
export function FurtherDown(props: SectionProps): ReactNode {
  const { id } = props.patron;
  return (
    <>
      <LoansSection {...props} />
      <Holds {...props} />
      <div className="patron-columns">
        <Charges {...props} />
        <Applications {...props} />
      </div>
      <RecordSection {...props} />
      <Operations patronId={id} />
      <AccessLog patronId={id} />
    </>
  );
}
