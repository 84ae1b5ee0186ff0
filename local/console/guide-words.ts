import { html } from 'hono/html'
import type { Html } from '#worker/routes/docs/prose.ts'
import type { DocsWords } from '#worker/routes/docs/words.ts'
import { GROUP_NAMES } from './persian/guides.ts'

/** What the pages of the guides say themselves. */
interface GuideWords {
  /** Link to the search of the calls. */
  readonly search: string
  readonly about: Html
  readonly groupName: (group: string) => string
  /** Name of a table to who does not see it; `heading`: the words that it stands under. */
  readonly tableName: (heading: string | null) => string
  /** Said before a guide that is not translated, and beside its name. */
  readonly onlyEnglish: string
  readonly isEnglish: string
}

export const GUIDE_WORDS: Readonly<Record<DocsWords['language'], GuideWords>> = {
  en: {
    search: 'Search the calls',
    about: html`How Chapar is used, run and built on. What each call takes and answers: <a href="/docs">calls</a>, which can be <a href="/docs#calls">searched</a> and tried there.`,
    groupName: (group) => group,
    tableName: (heading) => (heading === null ? 'Table' : `Table: ${heading}`),
    onlyEnglish: 'This guide is in English.',
    isEnglish: '(English)',
  },
  fa: {
    search: 'جست‌وجوی درخواست‌ها',
    about: html`چاپار را چگونه به کار می‌برند، می‌گردانند و گسترش می‌دهند. اینکه هر درخواست چه می‌گیرد و چه پاسخ می‌دهد در <a href="/docs/fa">درخواست‌ها</a> است؛ آنجا می‌توان <a href="/docs/fa#calls">جست‌وجو</a> و امتحان کرد.`,
    groupName: (group) => GROUP_NAMES[group] ?? group,
    tableName: (heading) => (heading === null ? 'جدول' : `جدول: ${heading}`),
    onlyEnglish: 'این راهنما هنوز ترجمه نشده است و متن آن به انگلیسی است.',
    isEnglish: '(به انگلیسی)',
  },
}
