import { channelsMarkdown } from './channel-tables.ts'
import { errorsMarkdown, eventsMarkdown } from './code-tables.ts'
import { limitsMarkdown } from './limit-tables.ts'
import { PERSIAN_CHANNELS } from './persian/channels.ts'
import { PERSIAN_LIMITS } from './persian/limits.ts'
import { PERSIAN_ROLES } from './persian/roles.ts'
import { rolesMarkdown } from './role-tables.ts'

/** Pages that are made from the code, by their files. */
export const madePages = (): readonly (readonly [file: string, text: string])[] => [
  ['docs/errors.md', errorsMarkdown()],
  ['docs/events.md', eventsMarkdown()],
  ['docs/channels.md', channelsMarkdown()],
  ['docs/limits.md', limitsMarkdown()],
  ['docs/roles.md', rolesMarkdown()],
  ['docs/fa/channels.md', channelsMarkdown(PERSIAN_CHANNELS)],
  ['docs/fa/limits.md', limitsMarkdown(PERSIAN_LIMITS)],
  ['docs/fa/roles.md', rolesMarkdown(PERSIAN_ROLES)],
]
