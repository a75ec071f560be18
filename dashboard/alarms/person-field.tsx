import { AutoComplete, Button, Form } from 'antd'
import { useTranslation } from 'react-i18next'
import { useResource } from '../api/use-resource.ts'
import { useAccount, useServices } from '../services.tsx'

/** The person an alarm is given to. */
export function PersonField(props: { readonly onMe: (username: string) => void }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const account = useAccount()
  // Who may not list the accounts still may type a name; so a refusal here is no error.
  const users = useResource('users', (signal) => api.users(signal))
  const options = (users.data?.items ?? []).map((user) => ({
    value: user.username,
    label: `${user.displayName} (${user.username})`,
  }))
  return (
    <Form.Item label={t('dialog.person')} required>
      <div className="person-field">
        <Form.Item
          name="username"
          noStyle
          rules={[{ required: true, whitespace: true, message: t('dialog.personRequired') }]}
        >
          <AutoComplete options={options} maxLength={64} />
        </Form.Item>
        <Button onClick={() => props.onMe(account.username)}>{t('dialog.toMe')}</Button>
      </div>
    </Form.Item>
  )
}
