// A real OpenID Connect issuer for the tests: npm's oidc-provider, with its own pages for signing in. Whoever types a name is that person.
// Arguments: PORT KEY_ID. The key is made anew at each start, so a restart with another id is a rotation.
import { generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';

const [port, kid] = process.argv.slice(2);
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const issuer = `http://127.0.0.1:${port}`;
const accounts = {
  claims: (sub) => ({ sub, name: sub, email: sub.includes('@') ? sub : `${sub}@example.org`, email_verified: !sub.startsWith('unverified') }),
};
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'stoker-web', client_secret: 'a secret: with signs', grant_types: ['authorization_code'],
      redirect_uris: (process.env.REDIRECTS ?? '').split(' ').filter(Boolean),
    },
    {
      client_id: 'stoker-cli', token_endpoint_auth_method: 'none', redirect_uris: [], response_types: [], application_type: 'native',
      grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
    },
    {
      client_id: 'another', token_endpoint_auth_method: 'none', redirect_uris: [], response_types: [], application_type: 'native',
      grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
    },
  ],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  cookies: { keys: ['of the tests'] },
  features: { deviceFlow: { enabled: true }, revocation: { enabled: true } },
  findAccount: (_, id) => ({ accountId: id, claims: () => accounts.claims(id) }),
  issueRefreshToken: (_, client) => client.grantTypeAllowed('refresh_token'),
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }] },
  pkce: { required: () => true },
  rotateRefreshToken: true,
});
provider.listen(Number(port), '127.0.0.1', () => console.log(`listens at ${issuer}`));
