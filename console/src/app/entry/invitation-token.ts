const KEY = 'chapar.invitation'

/**
 * Answers the token of the invitation whose link was opened in this tab. It came behind `#`, where no server sees it; it is taken
 * out of the address, so that it stands in no history, and kept while its person signs in or up.
 */
export function invitationToken(): string | null {
  const [, token] = /^#invitation=([\w-]{1,100})$/.exec(location.hash) ?? []
  try {
    if (!token) return sessionStorage.getItem(KEY)
    sessionStorage.setItem(KEY, token)
  } catch {}
  if (token) history.replaceState(history.state, '', location.pathname + location.search)
  return token ?? null
}

/** Forgets the invitation: it was accepted. */
export function dropInvitation(): void {
  try {
    sessionStorage.removeItem(KEY)
  } catch {}
}
