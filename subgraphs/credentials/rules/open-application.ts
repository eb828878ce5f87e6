import type { ApplicationStatus } from '../../../adapters/credentials/port.ts';

const openStatuses: Readonly<Record<ApplicationStatus, boolean>> = {
  RECEIVED: true,
  APPROVED: false,
  REJECTED: false,
  WITHDRAWN: false,
};

/** True for an application that still awaits its decision. */
export function isOpen({ status }: { readonly status: ApplicationStatus }): boolean {
  return openStatuses[status];
}
