/** The name under which a user's session is signed and stored. */
export function sessionName(user) {
  return `session:${user.toLowerCase()}`;
}
