import { page } from '../build/page.ts';

/** The page of readers, at `/my/`. */
export default page({ base: '/my/', name: 'my', start: 'home/home-view.tsx' });
