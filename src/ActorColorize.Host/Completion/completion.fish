# Completion of 'actorcolorize' for fish: actorcolorize completion fish | source
function __actorcolorize_complete
    set -l line (commandline -cp)
    set -l program (commandline -opc)[1]
    set -l suggestions ($program "[suggest:"(string length -- $line)"]" $line 2>/dev/null)
    if test (count $suggestions) -gt 0
        printf '%s\n' $suggestions
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c actorcolorize -f -a '(__actorcolorize_complete)'
