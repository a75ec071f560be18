import { Form, Input, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Account, Organization, Role } from '../../gateway/contract.ts'
import { ApiError } from '../api/api-client.ts'
import { problemText } from '../api/problem-text.ts'
import { useAccount, useServices } from '../services.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { PasswordItem } from './password-item.tsx'
import { RightsItems } from './rights-items.tsx'

const USERNAME = /^[A-Za-z0-9._@-]{2,64}$/
const LANGUAGES = [
  { value: 'zh', label: '中文' },
  { value: 'en', label: 'English' },
]

interface AccountFields {
  readonly username: string
  readonly displayName: string
  readonly role: Role
  readonly organizationId?: string
  readonly language: Account['language']
  readonly password: string
}

/** A new account, or a change of `account`; its password is another matter. */
export function AccountForm(props: {
  readonly account: Account | null
  readonly organizations: readonly Organization[]
  readonly onClose: (hasChanged: boolean) => void
}) {
  const { t } = useTranslation()
  const { api, session } = useServices()
  const me = useAccount()
  const [form] = Form.useForm<AccountFields>()
  const { account } = props
  const isMe = account?.id === me.id

  async function submit(fields: AccountFields): Promise<void> {
    const { username, password, displayName, organizationId = null, ...rest } = fields
    const common = { ...rest, displayName: displayName.trim(), organizationId }
    if (account === null) {
      await api.createAccount({ ...common, username, password })
      return
    }
    const changed = await api.changeAccount(account.id, common)
    if (isMe) session.dispatch({ kind: 'in', account: changed })
  }
  const wordsFor = (error: unknown) =>
    error instanceof ApiError && error.code === 'already_exists'
      ? t('account.usernameTaken')
      : problemText(t, error)
  return (
    <FormDialog<AccountFields>
      title={t(account === null ? 'account.add' : 'account.edit')}
      form={form}
      initialValues={account === null ? { role: 'operator', language: 'zh' } : fieldsOf(account)}
      submit={submit}
      wordsFor={wordsFor}
      onClose={props.onClose}
    >
      <Form.Item
        name="displayName"
        label={t('account.displayName')}
        rules={[{ required: true, whitespace: true, message: t('account.displayNameRequired') }]}
      >
        <Input maxLength={120} autoComplete="off" />
      </Form.Item>
      {account === null && (
        <Form.Item
          name="username"
          label={t('account.username')}
          rules={[{ required: true, pattern: USERNAME, message: t('account.usernamePattern') }]}
        >
          <Input maxLength={64} autoComplete="off" autoCapitalize="off" />
        </Form.Item>
      )}
      <RightsItems isMe={isMe} organizations={props.organizations} />
      <Form.Item name="language" label={t('account.language')}>
        <Select options={LANGUAGES} />
      </Form.Item>
      {account === null && (
        <PasswordItem label={t('account.password')} hint={t('account.passwordHint')} />
      )}
    </FormDialog>
  )
}

function fieldsOf({ displayName, role, organizationId, language }: Account) {
  return { displayName, role, language, ...(organizationId === null ? {} : { organizationId }) }
}
