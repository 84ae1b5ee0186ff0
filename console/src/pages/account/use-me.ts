import { useSuspenseQuery } from '@tanstack/react-query'
import { type Me, meQuery } from '../../api/queries.ts'

/** The person of these pages, whom their frame has waited for. */
export function useMe(): Me {
  const { data } = useSuspenseQuery(meQuery)
  if (!data) throw new Error('nobody is signed in')
  return data
}
