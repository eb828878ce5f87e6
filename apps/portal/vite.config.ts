import { page } from '../build/page.ts';
import { content } from './content/plugin.ts';

/** The portal: guides, reference and changelog, at `/docs`. */
export default page({ base: '/docs/', name: 'docs', plugins: [content()] });
