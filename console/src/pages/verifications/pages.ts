/** All pages of the room: they are loaded together, because the shell keeps a list of what each load needs. */
export { default as TryPage } from './try-page.tsx'
export { default as VerificationPage } from './verification-page.tsx'
export { default as VerificationsPage } from './verifications-page.tsx'
