import react from '@vitejs/plugin-react';
import { defineConfig, type PluginOption, type UserConfig } from 'vite';
import { budget } from './budget.ts';
import { compress } from './compress.ts';
import { reloadOnce } from './reload-once.ts';

export interface PageBuild {
  /** The path of the page, with a slash at both ends. */
  readonly base: `/${string}/`;
  /** The page's folder in `apps/dist/`. */
  readonly name: string;
  readonly plugins?: readonly PluginOption[];
}

/**
 * The build of every page. Styles and scripts are separate files, because the pages' Content-Security-Policy forbids
 * inline ones.
 */
export const page = ({ base, name, plugins = [] }: PageBuild): UserConfig =>
  defineConfig({
    base,
    plugins: [react(), ...plugins, reloadOnce(base), budget(), compress()],
    build: {
      outDir: `../dist/${name}`,
      emptyOutDir: true,
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      // Without this option, each build on a busy machine would warn of slow plugins.
      rolldownOptions: { checks: { pluginTimings: false } },
    },
  });
