import { useEffect, useState } from 'react'

const read = <Values extends object>(key: string, empty: Values): Values => {
  try {
    return { ...empty, ...(JSON.parse(sessionStorage.getItem(key) ?? '{}') as Partial<Values>) }
  } catch {
    return empty
  }
}

/** Keeps what a form holds, for the next time that it is opened in this tab. */
export function keepDraft(key: string, values: object): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(values))
  } catch {}
}

/** Forgets what a form kept: it was sent. */
export function dropDraft(key: string): void {
  try {
    sessionStorage.removeItem(key)
  } catch {}
}

/**
 * Values of a form that outlive a reload and a sign-in in this tab.
 * Never for what must not lie about: codes, secrets, national ids.
 */
export function useDraft<Values extends object>(
  key: string,
  empty: Values,
): { readonly values: Values; readonly set: (changed: Partial<Values>) => void; readonly drop: () => void } {
  const [values, setValues] = useState(() => read(key, empty))
  useEffect(() => keepDraft(key, values), [key, values])
  return {
    values,
    set: (changed) => setValues((now) => ({ ...now, ...changed })),
    drop: () => dropDraft(key),
  }
}
