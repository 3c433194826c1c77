/**
 * For each shell what makes it complete limbeck: all of them ask `limbeck --get-completions` with the words up to the
 * cursor, and get a line for each word that could stand there, with a tab and a sentence behind it.
 */
export const completionScripts: Readonly<Record<string, string>> = {
  // bash cuts words at : = and @, and wants only what comes after the last of these.
  bash: `_limbeck() {
  local line=\${COMP_LINE:0:COMP_POINT} word answer IFS=$' \\t\\n'
  local -a typed
  read -ra typed <<< "$line"
  [[ $line == *[[:space:]] ]] && typed+=('')
  word=\${typed[\${#typed[@]}-1]}
  answer=$("\${typed[0]/#\\~/$HOME}" --get-completions "\${typed[@]:1}" 2>/dev/null) || return
  COMPREPLY=()
  while IFS=$'\\t' read -r line _; do
    [[ -n $line ]] && COMPREPLY+=("\${line#"\${word%"\${word##*[:=@]}"}"}")
  done <<< "$answer"
}
complete -o default -F _limbeck limbeck
`,
  zsh: `#compdef limbeck
_limbeck() {
  local line
  local -a found
  for line in "\${(@f)$("\${(Q)words[1]}" --get-completions "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] && found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  if (( \${#found} )); then _describe -V limbeck found; else _files; fi
}
if [[ \${funcstack[1]} == _limbeck ]]; then _limbeck "$@"; else compdef _limbeck limbeck; fi
`,
  fish: `function __limbeck_complete
  set -l typed (commandline -opc) (commandline -ct)
  set -l found ($typed[1] --get-completions $typed[2..-1] 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c limbeck -f -a '(__limbeck_complete)'
`,
};
