import { useMemo } from 'react'

/** Keys under which a form's calls may be repeated. */
interface Once {
  /** The `Idempotency-Key` for a body: the same body has the same one until `done`. */
  keyFor(body: unknown): string
  /** The call succeeded: the next one is another, also with the same body. */
  done(): void
}

/** Lets a form send once what is pressed twice, or sent again because no answer came. */
export function useOnce(): Once {
  return useMemo(() => {
    let last: { readonly said: string; readonly key: string } | null = null
    return {
      keyFor(body) {
        const said = JSON.stringify(body) ?? ''
        if (last?.said !== said) last = { said, key: `"${crypto.randomUUID()}"` }
        return last.key
      },
      done() {
        last = null
      },
    }
  }, [])
}
