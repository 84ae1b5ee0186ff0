import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { ariaWords } from './build/aria-words.ts'

/** Sources that every page stands on. */
const SHELL =
  /[\\/]src[\\/](?:api[\\/](?:problem|auth|unwrap|queries|context|tab-token|clients?|person|sign-in-over|leave)|words[\\/](?:language|format)|parts[\\/](?:link|text|loading)|app[\\/](?:words|act|tab|shell|tenant-layout|operator-layout|routes|stumbles|part|navigation|tenant[\\/]held))\.tsx?$/

export default defineConfig({
  plugins: [react(), ariaWords(fileURLToPath(new URL('src/words/aria.ts', import.meta.url)))],
  build: {
    target: 'es2023',
    // Files of their own, because the page's policy allows no data: address for code, styles and fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    rolldownOptions: {
      output: {
        // What every page stands on is one file: many small ones compress worse, and each has its name in the entry.
        codeSplitting: {
          groups: [
            { name: 'shell', test: SHELL },
            {
              name: 'base',
              test: /[\\/]node_modules[\\/](?:react|react-dom|scheduler|use-sync-external-store|openapi-fetch|@tanstack)[\\/]/,
            },
          ],
        },
      },
    },
  },
})
