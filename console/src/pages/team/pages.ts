/** All pages of the room: they are loaded together, because the shell keeps a list of what each load needs. */
export { default as DisclosuresPage } from './disclosures-page.tsx'
export { default as InvitationsPage } from './invitations-page.tsx'
export { default as InvitePage } from './invite-page.tsx'
export { default as MembersPage } from './members-page.tsx'
export { default as RolesPage } from './roles-page.tsx'
