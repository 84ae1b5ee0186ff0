/** All pages of the room: they are loaded together, because the shell keeps a list of what each load needs. */
export { default as ImportPage } from './import-page.tsx'
export { default as SuppressionsPage } from './suppressions-page.tsx'
