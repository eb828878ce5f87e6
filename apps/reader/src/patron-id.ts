import { useSession } from '@patron-graph/ui';

/** The signed-in reader's patron number, for the views that `App` shows only to signed-in readers. */
export function usePatronId(): string {
  const { patronId } = useSession();
  if (patronId === null) {
    throw new Error('this view is for readers who are signed in');
  }
  return patronId;
}
