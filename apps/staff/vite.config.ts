import { page } from '../build/page.ts';

/** The dashboard of staff, at `/staff/`. */
export default page({ base: '/staff/', name: 'staff', start: 'today/today-view.tsx' });
