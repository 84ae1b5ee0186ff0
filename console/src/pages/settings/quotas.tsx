import { Card } from '../../parts/page.tsx'
import { Table } from '../../parts/table.tsx'
import { num, size } from '../../words/format.ts'
import type { Account } from './settings-page.tsx'
import { t } from './words.ts'

/** Name of a quota; a new one of the API that has no word yet goes by its own. */
const nameOf = (quota: string): string => (t.quotaNames as Readonly<Record<string, string>>)[quota] ?? quota

const amount = (quota: string, value: number): string => (quota === 'fileBytes' ? size(value) : num(value))

/** What the account may keep, and keeps. */
export const Quotas = ({ quotas }: Pick<Account, 'quotas'>) => (
  <Card title={t.quotas}>
    <p className="faint">{t.quotasWhy}</p>
    <Table
      label={t.quotas}
      rows={quotas}
      keyOf={({ quota }) => quota}
      columns={[
        { name: t.quota, kind: 'head', of: ({ quota }) => nameOf(quota) },
        {
          name: t.used,
          align: 'end',
          of: ({ quota, count }) => (count === null ? t.notCounted : amount(quota, count)),
        },
        { name: t.most, align: 'end', of: ({ quota, limit }) => amount(quota, limit) },
      ]}
    />
  </Card>
)
