import { readFileSync, writeFileSync } from 'node:fs'
import { withWorkerFirst } from './console/site.ts'
import { madePages } from './docs/made-pages.ts'
import { translatedGuides } from './docs/translated.ts'

/** `npm run docs`: pages that are made from the code, blocks of code in translations, and the paths in wrangler.toml. */
const written = new Map([
  ...translatedGuides(),
  // After those: a translation that is made from the code takes nothing from what stood there.
  ...madePages(),
  ['wrangler.toml', withWorkerFirst(readFileSync('wrangler.toml', 'utf8'))] as const,
])
for (const [file, text] of written) {
  writeFileSync(file, text)
  console.log(file)
}
