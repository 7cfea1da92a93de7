document.getElementById('relay').submit();
