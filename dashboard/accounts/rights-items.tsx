import { Form, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Organization, Role } from '../../gateway/contract.ts'
import { useAccount } from '../services.tsx'

const ROLES = [
  'operator',
  'safety-manager',
  'supervisor',
  'viewer',
  'administrator',
] as const satisfies readonly Role[]

/**
 * What an account may do, and for which part of the plant: the fields `role` and `organizationId` of
 * a form. Not one's own: who gave up the right to change accounts could not take it back.
 */
export function RightsItems(props: {
  readonly isMe: boolean
  readonly organizations: readonly Organization[]
}) {
  const { t } = useTranslation()
  const me = useAccount()
  const role = Form.useWatch<Role | undefined>('role')
  const { isMe } = props
  const roleHint = role === undefined ? undefined : t(`roleHint.${role}`)
  const territories = props.organizations.map(({ id, name }) => ({ value: id, label: name }))
  return (
    <>
      <Form.Item
        name="role"
        label={t('account.role')}
        extra={isMe ? t('account.ownRights') : roleHint}
      >
        <Select
          disabled={isMe}
          options={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
        />
      </Form.Item>
      <Form.Item
        name="organizationId"
        label={t('account.organization')}
        extra={isMe ? undefined : t('account.organizationHint')}
        rules={
          // Who has a part of the district gives no more than that.
          me.organizationId === null
            ? []
            : [{ required: true, message: t('account.organizationRequired') }]
        }
      >
        <Select
          allowClear
          disabled={isMe}
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={me.organizationId === null ? t('account.everything') : undefined}
          options={territories}
        />
      </Form.Item>
    </>
  )
}
