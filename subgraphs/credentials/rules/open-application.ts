import type { ApplicationStatus } from '../../../adapters/credentials/port.ts';

const openStatuses: Readonly<Record<ApplicationStatus, boolean>> = {
  RECEIVED: true,
  APPROVED: false,
  REJECTED: false,
  WITHDRAWN: false,
};

/** Whether an application still waits for its decision. */
export function isOpen({ status }: { readonly status: ApplicationStatus }): boolean {
  return openStatuses[status];
}
