import { language } from './language.ts'

/** Address of a page of the docs in the console's language: each stands below both homes. */
export const docsAt = (page: '' | '/errors' | '/events' | '/guides' | '/guides/identity' = ''): string =>
  (language === 'fa' ? '/docs/fa' : '/docs') + page
