import { useNavigate } from '@tanstack/react-router'
import { Button } from 'react-aria-components/Button'
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import type { Me } from '../api/queries.ts'
import { Mark } from '../parts/mark.tsx'
import { Words } from '../parts/text.tsx'
import type { Place } from './tenant-layout.tsx'
import { t } from './words.ts'

/** Menu of the accounts that a person acts for, and of the licensee where he has a role there. */
export default function TenantMenu({ me, tenantId, mode }: Place & { me: Me }) {
  const navigate = useNavigate()
  const here = me.tenants.find(({ id }) => id === tenantId)
  return (
    <MenuTrigger>
      <Button className="button" data-weight="quiet" aria-label={`${t.tenant}: ${here?.name ?? tenantId}`}>
        <Words>{here?.name ?? tenantId}</Words> <Mark of="open" />
      </Button>
      <Popover className="popover">
        <Menu
          className="list-box"
          onAction={(key) => void navigate({ to: key === 'operator' ? '/operator' : `/t/${String(key)}/${mode}` })}
        >
          {me.tenants.map(({ id, name }) => (
            <MenuItem key={id} id={id} className="list-item" textValue={name}>
              <Words>{name}</Words>
            </MenuItem>
          ))}
          {me.operatorRole ? (
            <MenuItem id="operator" className="list-item">
              {t.operator}
            </MenuItem>
          ) : null}
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}
