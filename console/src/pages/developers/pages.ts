/** All pages of the room: they are loaded together, because the shell keeps a list of what each load needs. */
export { default as EventsPage } from './events-page.tsx'
export { default as KeysPage } from './keys/keys-page.tsx'
export { default as NewKeyPage } from './keys/new-key-page.tsx'
export { default as SignaturePage } from './signature-page.tsx'
export { default as StartPage } from './start/start-page.tsx'
