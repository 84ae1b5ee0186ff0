import { readFileSync, writeFileSync } from 'node:fs'
import { withWorkerFirst } from './console/site.ts'
import { channelsMarkdown } from './docs/channel-tables.ts'
import { errorsMarkdown, eventsMarkdown } from './docs/code-tables.ts'
import { limitsMarkdown } from './docs/limit-tables.ts'
import { rolesMarkdown } from './docs/role-tables.ts'
import { translatedGuides } from './docs/translated.ts'

/** `npm run docs`: the pages that are made from the code, code in translated ones, and the paths in wrangler.toml. */
for (const [file, text] of [
  ['docs/errors.md', errorsMarkdown()],
  ['docs/events.md', eventsMarkdown()],
  ['docs/channels.md', channelsMarkdown()],
  ['docs/limits.md', limitsMarkdown()],
  ['docs/roles.md', rolesMarkdown()],
  ...translatedGuides(),
  ['wrangler.toml', withWorkerFirst(readFileSync('wrangler.toml', 'utf8'))],
] as const) {
  writeFileSync(file, text)
  console.log(file)
}
