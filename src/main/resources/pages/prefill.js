const code = document.getElementById('code');
const given = location.hash.slice(1);
if (code && given) {
  code.value = given;
  history.replaceState(null, '', location.pathname);
}
