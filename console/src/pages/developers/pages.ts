/** Pages of the room that are loaded together, because the shell keeps a list of what each load needs. */
export { default as EventsPage } from './events-page.tsx'
export { default as SignaturePage } from './signature-page.tsx'
export { default as StartPage } from './start/start-page.tsx'
