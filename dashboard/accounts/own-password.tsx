import { Form, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../api/api-client.ts'
import { problemText } from '../api/problem-text.ts'
import { useServices } from '../services.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { PasswordItem } from './password-item.tsx'

interface PasswordFields {
  readonly current: string
  readonly password: string
  readonly repeated: string
}

/** One's own password. The gateway ends all sessions with it, so the log-in follows. */
export function OwnPassword(props: { readonly onClose: () => void }) {
  const { t } = useTranslation()
  const { api, session } = useServices()
  const [form] = Form.useForm<PasswordFields>()

  async function submit({ current, password }: PasswordFields): Promise<void> {
    await api.changePassword({ currentPassword: current, newPassword: password })
    session.dispatch({ kind: 'out', ended: 'password-changed' })
  }
  const wordsFor = (error: unknown) =>
    error instanceof ApiError && error.code === 'credentials_wrong'
      ? t('password.wrong')
      : problemText(t, error)
  return (
    <FormDialog<PasswordFields>
      title={t('password.change')}
      form={form}
      initialValues={{}}
      submit={submit}
      wordsFor={wordsFor}
      onClose={props.onClose}
    >
      <Form.Item
        name="current"
        label={t('password.current')}
        rules={[{ required: true, message: t('login.passwordMissing') }]}
      >
        <Input.Password autoComplete="current-password" maxLength={200} />
      </Form.Item>
      <PasswordItem label={t('password.next')} hint={t('password.hint')} />
      <Form.Item
        name="repeated"
        label={t('password.repeat')}
        dependencies={['password']}
        rules={[
          { required: true, message: t('login.passwordMissing') },
          {
            validator: (_, value: string | undefined) =>
              (value ?? '') === '' || value === form.getFieldValue('password')
                ? Promise.resolve()
                : Promise.reject(new Error(t('password.repeatWrong'))),
          },
        ]}
      >
        <Input.Password autoComplete="new-password" maxLength={200} />
      </Form.Item>
    </FormDialog>
  )
}
