import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { ariaWords } from './build/aria-words.ts'

export default defineConfig({
  plugins: [react(), ariaWords(fileURLToPath(new URL('src/words/aria.ts', import.meta.url)))],
  build: {
    target: 'es2023',
    // Files of their own, because the page's policy allows no data: address for code, styles and fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    manifest: true,
  },
})
