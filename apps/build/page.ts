import react from '@vitejs/plugin-react';
import { defineConfig, type PluginOption, type UserConfig } from 'vite';
import { budget } from './budget.ts';
import { compress } from './compress.ts';
import { operationTexts } from './operation-texts.ts';
import { reloadOnce } from './reload-once.ts';

export interface PageBuild {
  /** The path of the page, with a slash at both ends. */
  readonly base: `/${string}/`;
  /** The page's folder in `apps/dist/`. */
  readonly name: string;
  /**
   * The module of the view that the page begins with, if the view is loaded separately from the entry:
   * `today/today-view.tsx`.
   */
  readonly start?: string;
  readonly plugins?: readonly PluginOption[];
}

/**
 * Puts the modules that several views share into one file. Twenty small files would compress worse, and the response
 * for each file has headers of half a kilobyte. Modules that few views need are left out: the application form,
 * barcodes and QR codes. So is the code that follows subscriptions, which is loaded after the first view.
 */
const shared = {
  name: 'shared',
  test: /\/node_modules\/(?!(?:eventsource-parser|jsbarcode|lean-qr)\/)|\/apps\/(ui|kit)\/src\/(?!application\/|follow\/|live\/changes\/)/,
};

/**
 * The build of every page. Styles and scripts are separate files, because the pages' Content-Security-Policy forbids
 * inline styles and scripts.
 */
export const page = ({ base, name, start, plugins = [] }: PageBuild): UserConfig =>
  defineConfig({
    base,
    plugins: [react(), operationTexts(), ...plugins, reloadOnce(base), budget(start), compress()],
    build: {
      outDir: `../dist/${name}`,
      emptyOutDir: true,
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      // Without this option, each build on a busy machine would print a warning about slow plugins.
      rolldownOptions: {
        checks: { pluginTimings: false },
        output: { codeSplitting: start === undefined || { groups: [shared] } },
      },
    },
  });
